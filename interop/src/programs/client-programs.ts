import { tmpdir } from 'node:os'
import { ChildProgram, type JsonLine, JsonLines, startJava } from '@rocketeer/test-kit'
import { goBinary, javaClientClasspath } from './build-programs.js'
import { type OldJavaClient, openedForOldNetty } from './old-java-client.js'

export interface SendArguments {
  nameservers: string
  group: string
  topic: string
  /** `batch`: all in one request. */
  mode?: 'sync' | 'async' | 'oneway' | 'batch'
  /** Order keys, separated by commas, that the messages take in turn; those of a key go to one queue. */
  orderKeys?: string
  count?: number
  /** Bodies are `prefix-0`, `prefix-1`, …; keys `key-prefix-0`, … */
  prefix?: string
  /** Tags, separated by commas, that the messages take in turn. */
  tags?: string
  delayLevel?: number
  /** Traces to this topic; Java clients since 4.4 only. */
  traceTopic?: string
}

export interface ConsumeArguments {
  nameservers: string
  group: string
  topic: string
  expression?: string
  /** Instead of `expression`; the Java client only. */
  sql?: string
  /** Fails the first deliveries of every message. */
  failures?: number
  /** Fails only messages whose body begins so. */
  stubborn?: string
  orderly?: boolean
  /** This and the options below with the Go client only, unless they say more. */
  suspendMs?: number
  /** How long the listener takes. */
  workMs?: number
  model?: 'CLUSTERING' | 'BROADCASTING'
  /** The part of the client id after the address. */
  instance?: string
  /** With both clients. */
  maxReconsumeTimes?: number
  /** Traces to this topic; Java clients since 4.4 only. */
  traceTopic?: string
  /** `broker`: the broker allocates the queues, and may have them popped. The Java client only. */
  assignedBy?: 'client' | 'broker'
  /** How long a popped message is invisible; 5 s at least. */
  popInvisibleMs?: number
}

export interface SentLine extends JsonLine {
  event: 'sent'
  body: string
  status: string
  messageId: string
  offsetMessageId: string
  queueId: number
  queueOffset: number
  brokerName: string
}

export interface MessageLine extends JsonLine {
  event: 'message' | 'consumed'
  topic: string
  body: string
  tag?: string
  keys?: string
  messageId: string
  queueId: number
  queueOffset: number
  reconsumeTimes: number
  bornTimestamp: number
  storeTimestamp: number
  properties: Record<string, string>
}

export interface RefusedLine extends JsonLine {
  event: 'refused'
  /** RocketMQ's response code. */
  code: number
  reason: string
}

/** One of Apache's clients, behind small programs that all take the same arguments and print the same lines. */
export interface ClientPrograms {
  readonly name: string
  /** `timed`: the Java client only. */
  start(program: 'send' | 'consume' | 'transact' | 'timed', args: readonly string[]): ChildProgram
}

const javaMains = {
  send: 'dev.rocketeer.interop.Send',
  consume: 'dev.rocketeer.interop.ConsumeWithFive',
  transact: 'dev.rocketeer.interop.Transact',
  timed: 'dev.rocketeer.interop.Timed',
}

const javaFlags = [
  '-Xmx256m',
  '-XX:TieredStopAtLevel=1',
  `-Duser.home=${tmpdir()}`,
  // Rebalances come every 20 s by default.
  '-Drocketmq.client.rebalance.waitInterval=1000',
]

export function javaPrograms(serialization: 'JSON' | 'ROCKETMQ'): ClientPrograms {
  const jvm = [
    ...javaFlags,
    // By default the first rebalance may coincide with the heartbeat that is sent one second after the start. The
    // broker then keeps the client's old subscription for 30 s, and refuses the pulls of that queue.
    '-Drocketmq.client.rebalance.minInterval=400',
    `-Drocketmq.serialize.type=${serialization}`,
  ]
  return {
    name: `Java client, ${serialization} headers`,
    start: (program, args) =>
      startJava({ classpath: javaClientClasspath, main: javaMains[program], args, jvm }),
  }
}

/** `client` from `oldJavaClient`. */
export function oldJavaPrograms({ version, classpath }: OldJavaClient): ClientPrograms {
  const jvm = [...javaFlags, ...openedForOldNetty]
  return {
    name: `Java client ${version}`,
    start: (program, args) => {
      const main = program === 'consume' ? 'dev.rocketeer.interop.Consume' : javaMains[program]
      return startJava({ classpath, main, args, jvm })
    },
  }
}

export const goPrograms: ClientPrograms = {
  name: 'Go client',
  start: (program, args) =>
    ChildProgram.start({
      name: `Go ${program}`,
      command: goBinary,
      args: [program, ...args],
      // Broadcasting consumers keep their offsets there.
      env: { HOME: tmpdir() },
    }),
}

/** Runs a producer to its end. `meanwhile` is called with what was sent before the producer closes; Java clients only. */
export async function send(
  programs: ClientPrograms,
  args: SendArguments,
  meanwhile?: (sent: readonly SentLine[]) => Promise<void>,
): Promise<SentLine[]> {
  await using program = programs.start('send', nameValues({ ...args, ...(meanwhile && { hold: true }) }))
  const lines = new JsonLines(program)
  if (meanwhile) {
    await lines.until('held', 1, { withinMs: 60_000 })
    await meanwhile(lines.of<SentLine>('sent'))
    program.say('stop')
  }
  await program.succeeded({ withinMs: 60_000 })
  if (lines.of('failed').length > 0) throw program.failure('could not send')
  return lines.of<SentLine>('sent')
}

/** Sends messages with delivery times, recalls one, and is refused others. */
export async function sendTimed(
  programs: ClientPrograms,
  args: { nameservers: string; group: string; topic: string },
): Promise<JsonLines> {
  const program = programs.start('timed', nameValues(args))
  await program.succeeded({ withinMs: 60_000 })
  return new JsonLines(program)
}

/** Starts a consumer that the broker refuses; resolves to the refusal. */
export async function refusedConsumer(
  programs: ClientPrograms,
  args: ConsumeArguments,
): Promise<RefusedLine> {
  const program = programs.start('consume', nameValues(args))
  const lines = new JsonLines(program)
  const [refused] = await lines.until<RefusedLine>('refused', 1, { withinMs: 60_000 })
  await program.succeeded({ withinMs: 30_000 })
  return refused!
}

/** A consumer that runs until it is closed. */
export class ConsumerProgram implements AsyncDisposable {
  readonly #lines: JsonLines
  private constructor(readonly program: ChildProgram) {
    this.#lines = new JsonLines(program)
  }

  static async start(programs: ClientPrograms, args: ConsumeArguments): Promise<ConsumerProgram> {
    const consumer = new ConsumerProgram(programs.start('consume', nameValues(args)))
    await consumer.#lines.until('started', 1, { withinMs: 60_000 })
    return consumer
  }

  get messages(): MessageLine[] {
    return this.#lines.of<MessageLine>('message')
  }

  /** Messages that the listener has finished; the Go client only. */
  get consumed(): MessageLine[] {
    return this.#lines.of<MessageLine>('consumed')
  }

  /** All deliveries so far, once there are `count` of them. */
  received(count: number, withinMs = 60_000): Promise<MessageLine[]> {
    return this.#lines.until<MessageLine>('message', count, { withinMs })
  }

  /** A graceful stop: offsets are committed. */
  async stop(): Promise<void> {
    this.program.say('stop')
    await this.program.succeeded({ withinMs: 30_000 })
  }

  async kill(): Promise<void> {
    await this.program.kill()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}

interface TransactedLine extends JsonLine {
  event: 'sent'
  body: string
  transactionId: string
}

export interface AskedLine extends JsonLine {
  event: 'asked'
  body: string
  topic: string
  transactionId: string
  colour: string
}

/** A transaction producer that answers checks until it is closed. */
export class TransactProgram implements AsyncDisposable {
  readonly #lines: JsonLines
  private constructor(readonly program: ChildProgram) {
    this.#lines = new JsonLines(program)
  }

  /** `outcomes`: `commit`, `rollback`, or `unknown-commit` and `unknown-rollback`, which only the check tells. */
  static async start(
    programs: ClientPrograms,
    args: {
      nameservers: string
      group: string
      topic: string
      outcomes: string
      /** The broker does not check before this time is over; the Java client only. */
      immunitySeconds?: number
    },
  ): Promise<TransactProgram> {
    const producer = new TransactProgram(programs.start('transact', nameValues(args)))
    await producer.#lines.until('sent', args.outcomes.split(',').length, { withinMs: 60_000 })
    return producer
  }

  /** The transaction ids that the broker gave, by body. */
  get transactionIds(): Map<string, string> {
    const sent = this.#lines.of<TransactedLine>('sent')
    return new Map(sent.map(({ body, transactionId }) => [body, transactionId]))
  }

  /** When each was sent, by body; milliseconds since the epoch. */
  get sentAt(): Map<string, number> {
    return new Map(this.#lines.of<TransactedLine>('sent').map(({ body, time }) => [body, time]))
  }

  /** All checks of the broker so far, once there are `count` of them. */
  asked(count: number): Promise<AskedLine[]> {
    return this.#lines.until<AskedLine>('asked', count, { withinMs: 60_000 })
  }

  async stop(): Promise<void> {
    this.program.say('stop')
    await this.program.succeeded({ withinMs: 30_000 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.kill()
  }
}

function nameValues(args: object): string[] {
  return Object.entries(args)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
}
