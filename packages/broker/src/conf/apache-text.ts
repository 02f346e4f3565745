import { checkValue } from '@rocketeer/foundation'
import { type BrokerConfig, brokerOptionsSchema } from '../options/options.js'
import { type ApacheForm, apacheForm, optionsByApacheName, type SharedOption } from './apache-names.js'

type Parsed = { option: SharedOption; value: unknown } | { problem: string }

/** An option's value as a properties file of Apache's holds it; undefined when it has none. */
export function toApacheText(config: BrokerConfig, option: SharedOption): string | undefined {
  const value = config[option]
  const { number, words } = apacheForm(option)
  if (value === undefined) return undefined
  if (typeof value === 'number' && number) return String(number.toApache(value))
  if (typeof value === 'string' && words) return words[value]
  return typeof value === 'object' ? value.join(';') : String(value)
}

/** Turns the text of one of the properties that this broker has into our option and its checked value. */
export function parseApacheText(name: string, text: string): Parsed {
  const option = optionsByApacheName.get(name)
  if (option === undefined) return { problem: 'this broker has no such option' }
  const schema = brokerOptionsSchema.shape[option]
  const converted = convert(typeof schema.safeParse(undefined).data, text, apacheForm(option))
  if ('problem' in converted) return converted
  const checked = checkValue(schema, converted.value)
  if (checked.success) return { option, ...converted }
  const problem = checked.error.issues[0]!.message
  // Its bounds are in our unit.
  return { problem: apacheForm(option).number ? `for "${option}" ${problem}` : problem }
}

/** An option's default tells its type; options without one are text. */
function convert(
  type: string,
  text: string,
  { number, words }: ApacheForm,
): { value: unknown } | { problem: string } {
  if (type === 'number') {
    if (!/^[+-]?\d+$/.test(text)) return { problem: `"${text}" is not a whole number` }
    return { value: number ? number.toOurs(Number(text)) : Number(text) }
  }
  if (type === 'boolean') {
    const lower = text.toLowerCase()
    return lower === 'true' || lower === 'false'
      ? { value: lower === 'true' }
      : { problem: `"${text}" is neither true nor false` }
  }
  if (!words) return { value: text }
  const word = Object.entries(words).find(([, apaches]) => apaches === text)
  return word ? { value: word[0] } : { problem: `"${text}" is none of ${Object.values(words).join(', ')}` }
}
