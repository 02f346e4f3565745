import { join } from 'node:path'
import {
  type ChildProgram,
  type JsonLine,
  JsonLines,
  repositoryRoot,
  startJava,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { type Request, SuiteServers } from './suite-servers.js'

export const suiteFolder = join(repositoryRoot, 'interop/java-suite')

/** How a test method went. `method` is missing when its class could not be set up. */
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

/** Apache's test classes running in one JVM against our servers. */
export class SuiteRun implements AsyncDisposable {
  readonly lines: JsonLines

  private constructor(
    readonly program: ChildProgram,
    private readonly servers: SuiteServers,
    private readonly home: TemporaryDirectory,
  ) {
    this.lines = new JsonLines(program)
  }

  /** `tests` are class names, see RunTests.java. */
  static async start(tests: readonly string[]): Promise<SuiteRun> {
    const home = await TemporaryDirectory.create('rocketeer-suite-home-')
    const program = startJava({
      name: "Apache's tests",
      classpath: [join(suiteFolder, 'target/classes'), join(suiteFolder, 'target/lib/*')],
      main: 'dev.rocketeer.suite.RunTests',
      args: tests,
      jvm: [
        '-Xms256m',
        '-Xmx1g',
        '--add-opens=java.base/java.lang=ALL-UNNAMED',
        `-Duser.home=${home.path}`,
        `-Djava.io.tmpdir=${home.path}`,
      ],
    })
    const run = new SuiteRun(program, await SuiteServers.create(), home)
    void run.#serve()
    return run
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.kill()
    await this.servers[Symbol.asyncDispose]()
    await this.home.remove()
  }

  /** Answers what the Java side asks for until it ends. */
  async #serve(): Promise<void> {
    for (let asked = 0; ; asked++) {
      const next = () => this.lines.of<Ask>('ask')[asked] ?? this.program.exit
      const request = await this.program.until(next, { withinMs: 2 ** 31 - 1 })
      if (typeof request !== 'object') return
      this.program.say(JSON.stringify(await this.servers.answer(request as unknown as Request)))
    }
  }
}
