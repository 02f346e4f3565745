import { join } from 'node:path'
import {
  APACHE_VERSION,
  type ChildProgram,
  type JsonLine,
  JsonLines,
  repositoryRoot,
  startJava,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { type Request, SuiteServers } from './suite-servers.js'

export const suiteFolder = join(repositoryRoot, 'interop/java-suite')
const ours = join(suiteFolder, 'target/classes')
const apaches = join(suiteFolder, 'target/lib/*')

/** The result of a test method. `method` is missing when the class could not be set up or torn down. */
export interface MethodResult extends JsonLine {
  event: 'test'
  class: string
  method?: string
  result: 'passed' | 'failed' | 'ignored'
  tookMs: number
  failure?: string
}

interface Ask extends JsonLine {
  event: 'ask'
}

interface ClassEnd extends JsonLine {
  event: 'class-end'
  name: string
}

interface Listed extends JsonLine {
  event: 'listed'
  name: string
}

export interface SuiteRunOptions {
  /** Our servers, or Apache's, which the tests start themselves. */
  servers: 'ours' | 'apache'
  /** `package.Class#method,method`, see RunTests.java. */
  tests: readonly string[]
}

/** Apache's test classes, running one after the other in one JVM. */
export class SuiteRun implements AsyncDisposable {
  readonly #lines: JsonLines

  private constructor(
    private readonly program: ChildProgram,
    private readonly servers: SuiteServers,
    private readonly home: TemporaryDirectory,
  ) {
    this.#lines = new JsonLines(program)
  }

  static async start({ servers, tests }: SuiteRunOptions): Promise<SuiteRun> {
    const home = await TemporaryDirectory.create('rocketeer-suite-home-')
    const program = startJava({
      name: "Apache's tests",
      // The IntegrationTestBase that comes first is the one that starts the servers.
      classpath: servers === 'ours' ? [ours, apaches] : [apaches, ours],
      main: 'dev.rocketeer.suite.RunTests',
      args: tests,
      jvm: [...jvmOptions, `-Duser.home=${home.path}`, `-Djava.io.tmpdir=${home.path}`],
    })
    const run = new SuiteRun(program, await SuiteServers.create(), home)
    void run.#serve()
    return run
  }

  /** Waits for the end of a class; `name` is its qualified name. */
  async classEnd(name: string, withinMs: number): Promise<void> {
    const ended = () => this.#lines.of<ClassEnd>('class-end').find((line) => line.name === name)
    await this.program.until(ended, { withinMs, what: `the end of ${name}` })
  }

  /** The last result of a method, or one for each set of parameters of its class. */
  resultsOf(className: string, method: string): MethodResult[] {
    const last = new Map<string, MethodResult>()
    for (const line of this.#lines.of<MethodResult>('test')) {
      const name = line.method ?? method
      if (line.class === className && name.replace(/\[\d+\]$/, '') === method) last.set(name, line)
    }
    return [...last.values()]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.kill()
    await this.servers[Symbol.asyncDispose]()
    await this.home.remove()
  }

  /** Answers requests of the Java side until its program ends. */
  async #serve(): Promise<void> {
    for (let asked = 0; ; asked++) {
      const next = () => this.#lines.of<Ask>('ask')[asked] ?? this.program.exit
      const request = await this.program.until(next, { withinMs: WHOLE_RUN_MS }).catch(() => undefined)
      if (typeof request !== 'object') return
      try {
        this.program.say(JSON.stringify(await this.servers.answer(request as unknown as Request)))
      } catch (error) {
        this.program.say(JSON.stringify({ failure: String(error) }))
      }
    }
  }
}

const WHOLE_RUN_MS = 3 * 3_600_000

const jvmOptions = [
  '-Xms256m',
  '-Xmx1g',
  '-XX:-UsePerfData',
  // For Mockito, and for the memory-mapped files of Apache's servers.
  '--add-opens=java.base/java.lang=ALL-UNNAMED',
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
  '--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED',
  '--add-exports=java.base/sun.nio.ch=ALL-UNNAMED',
]

/** All classes with tests in Apache's jar, by their whole names. */
export async function listSuiteClasses(): Promise<string[]> {
  const program = startJava({
    classpath: [ours, apaches],
    main: 'dev.rocketeer.suite.ListClasses',
    args: [join(suiteFolder, 'target/lib', `rocketmq-test-${APACHE_VERSION}-tests.jar`)],
  })
  await program.succeeded()
  return new JsonLines(program).of<Listed>('listed').map(({ name }) => name)
}
