import { ChildProgram } from './child-program.js'

const BUILD_TIMEOUT_MS = 300_000

/** Compiles the Go module in `folder` to the file `binary`; `go build` fetches what is missing. */
export async function buildGo(folder: string, binary: string): Promise<void> {
  const build = ChildProgram.start({
    name: `go build in ${folder}`,
    command: 'go',
    args: ['build', '-o', binary, '.'],
    cwd: folder,
  })
  await build.succeeded({ withinMs: BUILD_TIMEOUT_MS })
}
