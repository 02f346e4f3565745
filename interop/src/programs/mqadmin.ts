import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  apacheLibrary,
  type ChildProgram,
  type JsonLine,
  JsonLines,
  loggingStatus,
  repositoryRoot,
  startJava,
  TemporaryDirectory,
} from '@rocketeer/test-kit'
import { openedForOldNetty } from './old-java-client.js'

interface PrintedLine extends JsonLine {
  event: 'printed'
  output: string
}

/** Apache's mqadmin, many commands in one JVM. */
export class Mqadmin implements AsyncDisposable {
  readonly #lines: JsonLines
  #commands = 0

  private constructor(
    private readonly program: ChildProgram,
    private readonly directory: TemporaryDirectory,
  ) {
    this.#lines = new JsonLines(program)
  }

  /** The newest one, unless the classpath of an older one is given. */
  static async start(classpath?: readonly string[]): Promise<Mqadmin> {
    // Some commands leave files where they are run.
    const directory = await TemporaryDirectory.create('mqadmin-')
    // Up to 4.8 it fails without this file.
    await mkdir(join(directory.path, 'conf'))
    await writeFile(join(directory.path, 'conf/logback_tools.xml'), '<configuration/>')
    const program = startJava({
      name: 'mqadmin',
      classpath: classpath ?? [
        join(repositoryRoot, 'interop/java/target/classes'),
        join(await apacheLibrary(), '*'),
      ],
      main: 'dev.rocketeer.interop.Mqadmin',
      jvm: ['-Xmx256m', '-XX:TieredStopAtLevel=1', `-Duser.home=${tmpdir()}`, ...openedForOldNetty],
      env: { ROCKETMQ_HOME: directory.path },
      cwd: directory.path,
    })
    const admin = new Mqadmin(program, directory)
    await admin.#lines.until('started', 1, { withinMs: 60_000 })
    return admin
  }

  /** Runs one command and returns what it printed; a stack trace in it is a failure. */
  async run(command: string, ...args: string[]): Promise<string> {
    const output = await this.output([command, ...args])
    if (/\bException\b|^\tat /m.test(output))
      throw new Error(`mqadmin ${command} ${args.join(' ')}:\n${output}`)
    return output
  }

  /**
   * What a command printed, stack traces included; without words, the list of commands. A command that would run for ever
   * is ended when it has printed `until`, a Java regular expression.
   */
  async output(words: readonly string[], until?: string): Promise<string> {
    this.program.say([...(until === undefined ? [] : ['until', until]), ...words].join('\t'))
    this.#commands++
    const printed = await this.#lines.until<PrintedLine>('printed', this.#commands, { withinMs: 60_000 })
    return withoutLoggingStatus(printed.at(-1)!.output)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.kill()
    await this.directory.remove()
  }
}

function withoutLoggingStatus(output: string): string {
  return output
    .split('\n')
    .filter((line) => !loggingStatus.test(line))
    .join('\n')
}
