import picocolors from 'picocolors'

/** A terminal gets colors, a pipe or file none. (picocolors alone also colors whatever runs under CI.) */
function colorsFor(stream: { isTTY?: boolean }) {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  return picocolors.createColors(
    !NO_COLOR && (Boolean(FORCE_COLOR) || (stream.isTTY === true && TERM !== 'dumb')),
  )
}

/** For what goes to stdout. */
export const pc = colorsFor(process.stdout)

/** For what goes to stderr. */
export const errorColors = colorsFor(process.stderr)
