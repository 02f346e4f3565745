import { describe, expect, it } from 'vitest'
import { sql } from './sql.js'

describe('sql', () => {
  it('takes a text as it is', () => {
    expect(sql("region = 'eu'").text).toBe("region = 'eu'")
  })

  it('quotes what a template holds', () => {
    const region = "o'hare"
    expect(sql`region = ${region} AND amount > ${-2.5} AND vip = ${true}`.text).toBe(
      "region = 'o''hare' AND amount > -2.5 AND vip = TRUE",
    )
    expect(sql`region IN ${['eu', "l'est"]} AND id > ${9007199254740993n}`.text).toBe(
      "region IN ('eu', 'l''est') AND id > 9007199254740993",
    )
    expect(sql`amount > ${1e21}`.text).toBe('amount > 1E+21')
  })

  it('refuses numbers that have no literal', () => {
    expect(() => sql`amount > ${Number.NaN}`).toThrow(TypeError)
  })
})
