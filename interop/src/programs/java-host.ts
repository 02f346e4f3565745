import { tmpdir } from 'node:os'
import { type ChildProgram, type JsonLine, JsonLines, startJava } from '@rocketeer/test-kit'
import { javaClientClasspath } from './build-programs.js'
import type { MessageLine } from './client-programs.js'

/** The line that the Java program prints for a call of a role. */
interface AnswerLine extends JsonLine {
  event: 'answer'
  id: number
  result?: unknown
  refusal?: { type: string; reason: string; code?: number }
}

/** An exception that the Java client threw. */
export class JavaRefusal extends Error {
  constructor(
    /** The exception's class. */
    readonly type: string,
    reason: string,
    /** RocketMQ's response code, when there is one. */
    readonly code: number | undefined,
  ) {
    super(reason)
  }
}

export interface RoleLine extends MessageLine {
  role: string
}

const CALL_TIMEOUT_MS = 60_000

/** A JVM in which any number of producers and consumers of the Java client do as they are told. */
export class JavaHost implements AsyncDisposable {
  readonly lines: JsonLines
  #calls = 0
  #roles = 0

  private constructor(readonly program: ChildProgram) {
    this.lines = new JsonLines(program)
  }

  static async start(serialization: 'JSON' | 'ROCKETMQ' = 'JSON'): Promise<JavaHost> {
    const host = new JavaHost(
      startJava({
        name: 'Java programs',
        classpath: javaClientClasspath,
        main: 'dev.rocketeer.interop.Host',
        jvm: [
          '-Xmx256m',
          '-XX:TieredStopAtLevel=1',
          `-Duser.home=${tmpdir()}`,
          // Rebalances come, and locks are asked for, every 20 s by default.
          '-Drocketmq.client.rebalance.waitInterval=1000',
          // Keeps the first rebalance apart from the first heartbeat: see client-programs.ts.
          '-Drocketmq.client.rebalance.minInterval=400',
          '-Drocketmq.client.rebalance.lockInterval=1000',
          `-Drocketmq.serialize.type=${serialization}`,
        ],
      }),
    )
    await host.lines.until('started', 1, { withinMs: CALL_TIMEOUT_MS })
    return host
  }

  /** Starts a producer or consumer; `facts` are the arguments of the Java role of this kind. */
  async open(kind: 'producer' | 'push' | 'litePull' | 'pull', facts: object): Promise<JavaRole> {
    const role = new JavaRole(this, `${kind}${++this.#roles}`)
    await role.call('open', { kind, ...facts })
    return role
  }

  /** Rejects with `JavaRefusal` when the Java client throws. */
  async call<Result>(role: string, call: string, facts: object): Promise<Result> {
    const id = ++this.#calls
    this.program.say(JSON.stringify({ id, role, call, ...facts }))
    const answer = await this.program.until(
      () => this.lines.of<AnswerLine>('answer').find((line) => line.id === id),
      { withinMs: CALL_TIMEOUT_MS, what: `the answer to ${role}.${call}` },
    )
    if (answer.refusal) {
      throw new JavaRefusal(answer.refusal.type, answer.refusal.reason, answer.refusal.code)
    }
    return answer.result as Result
  }

  /** SIGKILL. */
  kill(): Promise<void> {
    return this.program.kill()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}

/** One producer or consumer of a `JavaHost`. */
export class JavaRole {
  constructor(
    readonly host: JavaHost,
    readonly name: string,
  ) {}

  call<Result>(call: string, facts: object = {}): Promise<Result> {
    return this.host.call<Result>(this.name, call, facts)
  }

  /** Deliveries so far: `message` when the listener gets one, `consumed` when it succeeded. */
  of(event: 'message' | 'consumed'): RoleLine[] {
    return this.host.lines
      .of<JsonLine>(event)
      .filter((line) => (line as RoleLine).role === this.name) as RoleLine[]
  }

  /** All deliveries so far, once there are `count` of them. */
  received(count: number, withinMs = 60_000): Promise<RoleLine[]> {
    return this.host.program.until(
      () => {
        const lines = this.of('message')
        return lines.length >= count ? lines : undefined
      },
      { withinMs, what: `${count} deliveries to ${this.name} (so far ${this.of('message').length})` },
    )
  }

  close(): Promise<void> {
    return this.call('close')
  }
}
