export interface ReadRequest {
  readonly topic: string
  readonly queueId: number
  /** Offset in the queue of the first message that is wanted. */
  readonly offset: number
  readonly limits: ReadLimits
  readonly filter?: MessageFilter | undefined
  /**
   * The caller will call `release` of the result, where there is one, when nobody looks at the buffers any more: their
   * memory is used for other reads then. Without `borrows` the buffers are the caller's own.
   */
  readonly borrows?: boolean | undefined
}

export interface ReadLimits {
  messagesMax: number
  bytesMax: number
}

/** Which messages a reader wants; a part that is missing lets everything through. */
export interface MessageFilter {
  /** Decides by the entry of the consume queue, before the commit log is touched. */
  readonly accepts?: ((tagsCode: number) => boolean) | undefined
  /** Decides by the record. A read with it never answers at once. */
  readonly acceptsRecord?: RecordFilter | undefined
}

/** Decides about a message by its whole record, which begins at `position`. */
export type RecordFilter = (buffer: Buffer, position: number) => boolean
