import { brokerOptions } from '../options/options.js'

type Parsed = { value: unknown } | { problem: string }

/** Turns the text a property file holds into the option's type and checks it. */
export function parseOptionText(option: string, text: string): Parsed {
  const schema = brokerOptions.shape[option as keyof typeof brokerOptions.shape]
  const converted = convert(typeof schema.safeParse(undefined).data, text)
  if ('problem' in converted) return converted
  const checked = schema.safeParse(converted.value)
  return checked.success ? converted : { problem: checked.error.issues[0]!.message }
}

/** An option's default tells its type; options without one are text. */
function convert(type: string, text: string): Parsed {
  if (type === 'number') {
    return /^[+-]?\d+$/.test(text) ? { value: Number(text) } : { problem: `"${text}" is not a whole number` }
  }
  if (type === 'boolean') {
    const lower = text.toLowerCase()
    return lower === 'true' || lower === 'false'
      ? { value: lower === 'true' }
      : { problem: `"${text}" is neither true nor false` }
  }
  return { value: text }
}
