#!/usr/bin/env node
// Stands in bin, not in dist, so that npm can link the command before the first build of a clone.

/** The bundle starts in a third of the time; the packages say the same when there is none. */
async function load() {
  for (const place of ['../bundle/command.js', '@rocketeer/cli']) {
    try {
      return await import(place)
    } catch (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    }
  }
  process.stderr.write(
    'rocketeer: not built yet. Run "npm start" or "npm run build" in the repository first.\n',
  )
  process.exit(1)
}

const cli = await load()
await cli.run(process.argv.slice(2))
