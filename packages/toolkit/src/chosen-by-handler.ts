/** Whether a handler has decided itself what becomes of its message, with `retryLater`, `toDeadLetters` or `postpone`. */
export function isChosenByHandler(error: unknown): boolean {
  return error instanceof Error && (error.name === 'RetryLater' || error.name === 'Postponed')
}
