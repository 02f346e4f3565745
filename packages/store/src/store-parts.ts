import { join } from 'node:path'
import type { DirectoryLock } from '@rocketeer/files'
import { messageOf, type Resources } from '@rocketeer/foundation'
import { CommitLog } from './commit-log/commit-log.js'
import { DamageReport } from './commit-log/damage.js'
import { LogFiles } from './commit-log/log-files.js'
import { LogReader } from './commit-log/log-reader.js'
import { LogTail } from './commit-log/log-tail.js'
import { ConsumeQueues } from './consume-queue/consume-queues.js'
import { TopicEnds } from './consume-queue/topic-ends.js'
import { Arrivals } from './dispatch/arrivals.js'
import { readCheckpoint } from './dispatch/checkpoint.js'
import { Checkpointer } from './dispatch/checkpointer.js'
import { Dispatcher } from './dispatch/dispatcher.js'
import { IndexFiles } from './index-file/index-files.js'
import type { StoreConfig } from './options.js'
import { RawLog } from './raw-log/raw-log.js'
import { QueueReader } from './reading/queue-reader.js'
import { recover } from './recovery/recover.js'
import { Retention } from './retention/retention.js'

/** What a store is made of. */
export interface StoreParts {
  readonly config: StoreConfig
  readonly lock: DirectoryLock
  readonly queues: ConsumeQueues
  readonly index: IndexFiles | undefined
  readonly log: CommitLog
  readonly reader: LogReader
  readonly queueReader: QueueReader
  readonly checkpointer: Checkpointer
  readonly arrivals: Arrivals
  readonly retention: Retention
  readonly rawLog: RawLog
  readonly damage: DamageReport
}

/** Takes the lock, brings log and consume queues together, and starts. `opened` gets everything to close when this throws. */
export async function openParts(config: StoreConfig, opened: Resources): Promise<StoreParts> {
  const { directory, files: disk, deliveryTime, logger } = config
  const lock = disk.lockDirectory(directory)
  opened.defer(() => lock.release())
  const clean = !(await disk.list(directory)).some(({ name }) => name === 'abort')
  const logPath = config.commitLogDirectory ?? join(directory, 'commitlog')
  const files = opened.use(
    await LogFiles.open({ files: disk, directory: logPath, fileBytes: config.commitLogFileBytes, logger }),
  )
  const queuesPath = join(directory, 'consumequeue')
  await disk.makeDirectory(queuesPath)
  const topicEnds = new TopicEnds(config.topicEnds)
  const queues = opened.use(
    new ConsumeQueues({
      files: disk,
      directory: queuesPath,
      fileEntries: config.consumeQueueFileEntries,
      topicEnds,
    }),
  )
  const checkpoint = await readCheckpoint(disk, join(directory, 'checkpoint'))
  const index = await openIndex(config)
  opened.defer(() => index?.close())
  const dispatcher = new Dispatcher({ queues, index, logger })
  // A start that does not end leaves work for the next one.
  await (await disk.open(join(directory, 'abort'), 'create')).close()
  // What was made here by now, above all the abort file, has to survive a power cut.
  await disk.syncDirectory(directory)
  const { end, damage: found } = await recover({
    files,
    queues,
    topicEnds,
    dispatcher,
    checkpoint,
    clean,
    deliveryTime,
    logger,
  })

  const arrivals = new Arrivals()
  const tail = new LogTail(config.tailBytesMax)
  const log: CommitLog = new CommitLog({
    files,
    tail,
    end,
    clock: config.clock,
    ioClock: config.ioClock,
    flushMode: config.flushMode,
    flushIntervalMs: config.flushIntervalMs,
    flushTimeoutMs: config.flushTimeoutMs,
    onCommitted(records) {
      for (const record of records) dispatcher.dispatch(record)
      dispatcher.settle()
      checkpointer.onDispatched()
      for (const record of records) record.done?.(undefined, record.result)
      arrivals.announce(records)
    },
    onFenced: (reason) => logger.error({ reason }, 'the store takes no more messages'),
  })
  const checkpointer = new Checkpointer({ config, queues, index, dispatcher, checkpoint, log })
  opened.defer(() => checkpointer.close())
  await checkpointer.write()
  const reader = new LogReader(files, tail, () => log.writtenEnd)
  const damage = new DamageReport({ found, log, logger })
  const queueReader = new QueueReader({ config, log, reader, damage })
  const retention = new Retention({ config, files, log, reader, queues, index })
  const rawLog = new RawLog({
    log,
    files,
    reader,
    queueReader,
    queues,
    topicEnds,
    index,
    dispatcher,
    checkpointer,
    damage,
    deliveryTime,
  })
  return {
    config,
    lock,
    queues,
    index,
    log,
    reader,
    queueReader,
    checkpointer,
    arrivals,
    retention,
    rawLog,
    damage,
  }
}

/** Resolves when everything is on disk. The next start checks a store that could not be closed, or is fenced. */
export async function closeParts(parts: StoreParts): Promise<void> {
  const { config, lock, retention, log, checkpointer, index, queues } = parts
  try {
    await retention.close()
    await log.close()
    await checkpointer.close()
    await index?.close()
    await queues.close()
    const fenced = log.refusal?.code === 'STORE_FENCED'
    if (!fenced) await config.files.remove(join(config.directory, 'abort'))
  } catch (error) {
    config.logger.error(
      { reason: messageOf(error) },
      'the store could not be closed cleanly; the next start checks it',
    )
    throw error
  } finally {
    lock.release()
  }
}

async function openIndex(config: StoreConfig): Promise<IndexFiles | undefined> {
  if (!config.indexMessages) return undefined
  const { files, clock, logger } = config
  const size = { slots: config.indexFileSlots, entries: config.indexFileEntries }
  return IndexFiles.open({ files, directory: join(config.directory, 'index'), size, clock, logger })
}
