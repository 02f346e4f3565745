import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { brokerOptionsSchema } from '../options/options.js'
import { apacheForm, apacheNames, type SharedOption } from './apache-names.js'

const docs = new URL('../../../../docs/', import.meta.url)

/** What depends on the machine is said in words. */
const IN_WORDS = ['brokerName']

function rowOf(option: string): RegExp {
  const name = option in apacheNames ? `\`${apacheForm(option as SharedOption).name}\`` : ''
  const schema = brokerOptionsSchema.shape[option as keyof typeof brokerOptionsSchema.shape]
  const value = schema.safeParse(undefined).data
  const shown = value === undefined || Array.isArray(value) ? '' : `\`${String(value)}\``
  return new RegExp(
    `^\\| \`${option}\` \\| ${name} \\| ${IN_WORDS.includes(option) ? '[^|]+' : shown} \\|$`,
    'm',
  )
}

it.each(['options.md', 'zh-CN/options.md'])(
  '%s names every option, with its Apache name and default',
  async (page) => {
    const text = await readFile(new URL(page, docs), 'utf8')
    const options = Object.keys(brokerOptionsSchema.shape)
    expect(options.filter((option) => !rowOf(option).test(text))).toEqual([])
    expect([...text.matchAll(/^\| `/gm)]).toHaveLength(options.length)
  },
)
