import { type Expression, isNumber, type OrderOperator, type TextOperator } from './expression.js'
import {
  compareDoubles,
  compareNumbers,
  compareWhole,
  type JavaNumber,
  negated,
  parseAs,
  parseDouble,
} from './java-number.js'

/** What an expression is evaluated on: the properties of a message, all strings; undefined is NULL. */
export type Properties = (name: string) => string | undefined

/**
 * The evaluation broke off: a text was to be read as a number and is none. Apache throws; a value costs less where many
 * messages fail. Unlike NULL, no operator turns it into anything else.
 */
export const FAILED = Symbol('failed')

/** TRUE, FALSE, NULL, or FAILED. */
export type Truth = boolean | null | typeof FAILED

type Value = string | JavaNumber | Truth
type Evaluation = (properties: Properties) => Value
export type Condition = (properties: Properties) => Truth

/** Turns a condition into a function that decides about messages. Apache: Expression.evaluate. */
export function compileCondition(expression: Expression): Condition {
  switch (expression.kind) {
    case 'not':
      return compileNot(compileCondition(expression.operand))
    case 'and':
      return compileLogic(expression.operands.map(compileCondition), false)
    case 'or':
      return compileLogic(expression.operands.map(compileCondition), true)
    case 'equality':
      return compileEquality(compileValue(expression.left), compileValue(expression.right))
    case 'order':
      return compileOrder(compileValue(expression.left), expression.operator, compileValue(expression.right))
    case 'membership':
      return compileMembership(expression.property.name, expression.values, expression.not)
    case 'text':
      return compileText(
        compileValue(expression.operand),
        expression.operator,
        expression.search,
        expression.not,
      )
    case 'cast': {
      const { name } = expression.operand
      return (properties) => (properties(name) === undefined ? null : false)
    }
    case 'constant': {
      const value = expression.value as boolean | null
      return () => value
    }
    default:
      throw new TypeError(`a ${expression.kind} is no condition`)
  }
}

function compileValue(expression: Expression): Evaluation {
  switch (expression.kind) {
    case 'property': {
      const { name } = expression
      return (properties) => properties(name) ?? null
    }
    case 'constant': {
      const { value } = expression
      return () => value
    }
    case 'negation':
      return compileNegation(compileValue(expression.operand))
    default:
      return compileCondition(expression)
  }
}

/** Only literals are numbers: the minus of anything else is NULL. Apache: UnaryExpression.createNegate. */
function compileNegation(operand: Evaluation): Evaluation {
  return (properties) => {
    const value = operand(properties)
    if (value === FAILED) return FAILED
    return typeof value === 'object' && isNumber(value) ? negated(value) : null
  }
}

function compileNot(operand: Condition): Condition {
  return (properties) => {
    const value = operand(properties)
    return typeof value === 'boolean' ? !value : value
  }
}

/** OR ends at the first TRUE, AND at the first FALSE; what lies behind is not evaluated and cannot fail. */
function compileLogic(operands: readonly Condition[], decisive: boolean): Condition {
  return (properties) => {
    let result: Truth = !decisive
    for (const operand of operands) {
      const value = operand(properties)
      if (value === decisive || value === FAILED) return value
      if (value === null) result = null
    }
    return result
  }
}

/** NULL is equal to NULL here; a missing left side alone gives NULL, a missing right side FALSE, as in Apache. */
function compileEquality(left: Evaluation, right: Evaluation): Condition {
  return (properties) => {
    const leftValue = left(properties)
    if (leftValue === FAILED) return FAILED
    const rightValue = right(properties)
    if (rightValue === FAILED) return FAILED
    if (leftValue === null) return rightValue === null ? true : null
    if (rightValue === null) return false
    const answer = compare(leftValue, rightValue)
    return answer === FAILED ? FAILED : answer === 0
  }
}

const ORDERS: Readonly<Record<OrderOperator, (answer: number) => boolean>> = {
  '>': (answer) => answer > 0,
  '>=': (answer) => answer >= 0,
  '<': (answer) => answer < 0,
  '<=': (answer) => answer <= 0,
}

function compileOrder(left: Evaluation, operator: OrderOperator, right: Evaluation): Condition {
  const holds = ORDERS[operator]
  return (properties) => {
    const leftValue = left(properties)
    if (leftValue === null || leftValue === FAILED) return leftValue
    const rightValue = right(properties)
    if (rightValue === null || rightValue === FAILED) return rightValue
    const answer =
      typeof leftValue === 'string' && typeof rightValue === 'string'
        ? compareAsDoubles(leftValue, rightValue)
        : compare(leftValue, rightValue)
    return answer === FAILED ? FAILED : holds(answer)
  }
}

function compareAsDoubles(left: string, right: string): number | typeof FAILED {
  const leftDouble = parseDouble(left)
  const rightDouble = parseDouble(right)
  return leftDouble === undefined || rightDouble === undefined
    ? FAILED
    : compareDoubles(leftDouble, rightDouble)
}

type Comparable = string | boolean | JavaNumber

/** The text becomes what the other side is. Apache: ComparisonExpression.__compare with convertStringExpressions. */
function compare(left: Comparable, right: Comparable): number | typeof FAILED {
  if (typeof left === 'string') {
    if (typeof right === 'string') return left === right ? 0 : compareTexts(left, right)
    if (typeof right === 'boolean') return Number(isTrue(left)) - Number(right)
    return compareRead(left, right)
  }
  if (typeof left === 'boolean') {
    if (typeof right === 'boolean') return Number(left) - Number(right)
    // Apache tries to read the boolean as text (ClassCastException).
    return typeof right === 'string' ? FAILED : -1
  }
  if (typeof right === 'boolean') return -1
  if (typeof right !== 'string') return compareNumbers(left, right)
  const answer = compareRead(right, left)
  return answer === FAILED ? FAILED : -answer
}

function compareRead(text: string, { type, value }: JavaNumber): number | typeof FAILED {
  const read = parseAs(type, text)
  if (read === undefined) return FAILED
  return type === 'double' ? compareDoubles(read as number, value as number) : compareWhole(read, value)
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : 1
}

/** Apache: Boolean.valueOf. */
function isTrue(text: string): boolean {
  return text.length === 4 && text.toLowerCase() === 'true'
}

function compileMembership(name: string, values: ReadonlySet<string>, not: boolean): Condition {
  return (properties) => {
    const value = properties(name)
    return value === undefined ? null : values.has(value) !== not
  }
}

const MATCHES: Readonly<Record<TextOperator, (text: string, search: string) => boolean>> = {
  CONTAINS: (text, search) => text.includes(search),
  STARTSWITH: (text, search) => text.startsWith(search),
  ENDSWITH: (text, search) => text.endsWith(search),
}

/** FALSE, not NULL, for what is missing or no text, with NOT as well; nothing contains the empty text. */
function compileText(operand: Evaluation, operator: TextOperator, search: string, not: boolean): Condition {
  if (search === '') return () => false
  const matches = MATCHES[operator]
  return (properties) => {
    const value = operand(properties)
    if (value === FAILED) return FAILED
    return typeof value === 'string' && matches(value, search) !== not
  }
}
