import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger } from '@rocketeer/foundation'
import type { DataVersion } from '@rocketeer/protocol/bodies'
import { DelayOffsetSerializeWrapper } from '@rocketeer/protocol/commands'
import type { LiveConfig } from '../options/live-config.js'
import { ConfigFile, readConfigFile } from '../tables/config-file.js'
import { DeferredSave } from '../tables/deferred-save.js'

export interface DelayOffsetsNeeds {
  /** The broker's root directory; the file is `config/delayOffset.json` in it. */
  readonly directory: string
  readonly files: FileSystem
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * How far each delay level is delivered, saved every `persistDelayOffsetIntervalMs` and at close. Messages delivered since
 * the last save are delivered a second time after a crash. Apache: ScheduleMessageService.
 */
export class DelayOffsets {
  readonly #clock: Clock
  readonly #file: ConfigFile
  readonly #deferredSave: DeferredSave
  /** Level → queue offset. */
  readonly #offsets: Map<number, number>
  #version: DataVersion

  /** Throws `CONFIG_FILE_BROKEN` when neither delayOffset.json nor its backup can be read. */
  static async open(needs: DelayOffsetsNeeds): Promise<DelayOffsets> {
    const path = join(needs.directory, 'config', 'delayOffset.json')
    const content = await readConfigFile({ ...needs, path, decode: DelayOffsetSerializeWrapper.decode })
    return new DelayOffsets(path, needs, content)
  }

  private constructor(
    path: string,
    needs: DelayOffsetsNeeds,
    content: DelayOffsetSerializeWrapper | undefined,
  ) {
    this.#clock = needs.clock
    this.#offsets = content?.offsetTable ?? new Map()
    this.#version = content?.dataVersion ?? { counter: 0, stateVersion: 0, timestamp: needs.clock.now() }
    this.#file = new ConfigFile({ files: needs.files, path, encode: () => this.encode().toString() })
    this.#deferredSave = new DeferredSave({
      clock: needs.clock,
      logger: needs.logger,
      intervalMs: () => needs.config.current.persistDelayOffsetIntervalMs,
      save: () => this.save(),
      subject: 'delay offsets',
    })
  }

  get(level: number): number {
    return this.#offsets.get(level) ?? 0
  }

  set(level: number, offset: number): void {
    if (this.#offsets.get(level) === offset) return
    this.#offsets.set(level, offset)
    this.#deferredSave.changed()
  }

  /** Level → offset in its queue. */
  all(): ReadonlyMap<number, number> {
    return this.#offsets
  }

  /** What the file holds; the answer to GET_ALL_DELAY_OFFSET. */
  encode(): Buffer {
    return DelayOffsetSerializeWrapper.encode({ offsetTable: this.#offsets, dataVersion: this.#version })
  }

  async save(): Promise<void> {
    this.#version = { counter: this.#version.counter + 1, stateVersion: 0, timestamp: this.#clock.now() }
    await this.#file.save()
  }

  async close(): Promise<void> {
    await this.#deferredSave.close()
    await this.save()
  }
}
