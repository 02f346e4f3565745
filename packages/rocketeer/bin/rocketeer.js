#!/usr/bin/env node
// Stands in bin, not in dist, so that npm can link the command before the first build of a clone.
let cli
try {
  cli = await import('@rocketeer/cli')
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
  process.stderr.write(
    'rocketeer: not built yet. Run "npm start" or "npm run build" in the repository first.\n',
  )
  process.exit(1)
}
await cli.run(process.argv.slice(2))
