import { checkValue, option, optionErrors, z } from '@rocketeer/foundation'

const queue = z.object({ topic: option.text(), brokerName: option.text(), queueId: z.int().min(0) })

/** What calls take by position, under the names of their parameters. */
const parameters = {
  brokerName: option.text(),
  options: z.record(z.string(), z.string()),
  queue,
  queues: z.array(queue),
  offset: z.int().min(0),
  time: z.union([z.date(), z.int().min(0)], {
    error: 'a valid Date or milliseconds since the epoch are needed',
  }),
}

/** Throws `OPTION_INVALID`, which names the call and the parameter. */
export function checkArguments(
  call: string,
  given: Readonly<Partial<Record<keyof typeof parameters, unknown>>>,
): void {
  const problems = Object.entries(given).flatMap(([name, value]) => {
    const parsed = checkValue(parameters[name as keyof typeof parameters], value)
    if (parsed.success) return []
    return parsed.error.issues.map((issue) => `"${[name, ...issue.path].join('.')}": ${issue.message}`)
  })
  if (problems.length > 0) throw optionErrors.OPTION_INVALID({ subject: call, problems })
}
