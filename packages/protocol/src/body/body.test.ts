import { isRocketeerError } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { body, bodyOf } from './body.js'
import { integer, list, mapOf, nullable, object, pairs, string } from './shape.js'

const Member = object({ name: string(), age: integer(18) })
const Club = body('Club', {
  members: list(Member),
  rooms: mapOf(integer(), string()),
  seats: pairs(Member, integer()),
  motto: nullable(string()),
})

const ann = { name: 'Ann', age: 40 }
const club = { members: [ann], rooms: new Map([[3, 'bar']]), seats: [[ann, 7] as [typeof ann, number]] }

describe('a body', () => {
  it('is written in the order of its names, without what is undefined, and read back', () => {
    const bytes = Club.encode(club)
    expect(bytes.toString()).toBe(
      '{"members":[{"age":40,"name":"Ann"}],"rooms":{3:"bar"},"seats":{{"age":40,"name":"Ann"}:7}}',
    )
    expect(Club.decode(bytes)).toEqual({ ...club, motto: undefined })
  })

  it('quotes whole numbers as keys for peers that read standard JSON only', () => {
    const bytes = Club.encode({ ...club, seats: [] }, 'standard')
    expect(JSON.parse(bytes.toString()).rooms).toEqual({ 3: 'bar' })
    expect(Club.decode(bytes).rooms).toEqual(club.rooms)
  })

  it('is a shape that others are made of', () => {
    const Clubs = bodyOf('List<Club>', list(Club))
    expect(Clubs.decode(Clubs.encode([club, club]))).toHaveLength(2)
  })

  it('has the defaults of its shapes', () => {
    expect(Club.decode(Buffer.from('{"members":[{"name":"Bob"}]}'))).toEqual({
      members: [{ name: 'Bob', age: 18 }],
      rooms: new Map(),
      seats: [],
      motto: undefined,
    })
  })

  it.each([
    ['{"members":[{"age":1}]}', 'Club: Club.members[0].name is missing'],
    ['{"members":{}}', 'Club: Club.members is not a list'],
    ['{"rooms":{"x":"bar"}}', 'Club: a key of Club.rooms is not a number'],
    ['[]', 'Club: Club is not an object'],
  ])('says where %s is malformed', (text, message) => {
    expect(() => Club.decode(Buffer.from(text))).toThrowError(
      expect.toSatisfy(
        (error) => isRocketeerError(error, 'BODY_MALFORMED') && (error as Error).message.includes(message),
      ),
    )
  })
})
