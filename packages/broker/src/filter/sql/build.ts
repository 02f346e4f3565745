import { type Expression, isCondition, isNumber, type OrderOperator } from './expression.js'
import { compareNumbers } from './java-number.js'

/** What Apache refuses although the grammar takes it; the parser, which knows the whole text, makes an error of it. */
export class Mistake {
  constructor(
    readonly at: number,
    readonly problem: string,
  ) {}
}

/** Apache: SelectorParser.asBooleanExpression. */
export function condition(expression: Expression): Expression {
  if (isCondition(expression)) return expression
  if (expression.kind === 'property') return { kind: 'cast', operand: expression, at: expression.at }
  throw new Mistake(expression.at, 'this is a value, a condition is needed: compare it with something')
}

export function not(operand: Expression, at = operand.at): Expression {
  return { kind: 'not', operand, at }
}

/** Apache: ComparisonExpression.createEqual. */
export function equality(left: Expression, right: Expression): Expression {
  for (const operand of [left, right]) {
    if (operand.kind === 'constant' && operand.value === null)
      throw new Mistake(operand.at, 'NULL is equal to nothing: write IS NULL or IS NOT NULL')
  }
  const bothConstant = left.kind === 'constant' && right.kind === 'constant'
  if (bothConstant && isCondition(left) && !isCondition(right))
    throw new Mistake(right.at, 'TRUE and FALSE cannot be compared with this')
  return { kind: 'equality', left, right, at: left.at }
}

/** Apache: ComparisonExpression.createIsNull. */
export function isNull(operand: Expression): Expression {
  const { at } = operand
  return { kind: 'equality', left: operand, right: { kind: 'constant', value: null, at }, at }
}

/** Apache: ComparisonExpression.createGreaterThan and its like. */
export function order(operator: OrderOperator, left: Expression, right: Expression): Expression {
  for (const operand of [left, right]) {
    const comparable = operand.kind === 'constant' ? isNumber(operand.value) : !isCondition(operand)
    if (!comparable)
      throw new Mistake(
        operand.at,
        'only numbers and properties can be compared with >, >=, <, <= and BETWEEN',
      )
  }
  return { kind: 'order', operator, left, right, at: left.at }
}

/** Apache: ComparisonExpression.createBetween, createNotBetween. Only the first of them looks at the limits. */
export function between(value: Expression, low: Expression, high: Expression, negated: boolean): Expression {
  const { at } = value
  if (negated) return { kind: 'or', operands: [order('<', value, low), order('>', value, high)], at }
  const operands = [order('>=', value, low), order('<=', value, high)]
  if (low.kind === 'constant' && high.kind === 'constant' && isNumber(low.value) && isNumber(high.value)) {
    if (compareNumbers(high.value, low.value) < 0)
      throw new Mistake(low.at, 'the first limit of BETWEEN is above the second')
  }
  return { kind: 'and', operands, at }
}
