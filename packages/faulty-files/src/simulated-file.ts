import type { DiskFile } from '@rocketeer/files'
import type { SimulatedData } from './simulated-data.js'

/** Carries out a task if there is power, and throws otherwise. */
export interface Powered {
  read<Result>(task: () => Result): Result
  change(task: () => void): void
}

/** An open file of the simulated disk. */
export class SimulatedFile implements DiskFile {
  readonly path: string
  readonly #data: SimulatedData
  readonly #powered: Powered

  constructor(path: string, data: SimulatedData, powered: Powered) {
    this.path = path
    this.#data = data
    this.#powered = powered
  }

  writeSync(bytes: Uint8Array, start: number, length: number, position: number): void {
    this.#powered.change(() => this.#data.write(bytes.subarray(start, start + length), position))
  }

  async write(bytes: Uint8Array, start: number, length: number, position: number): Promise<void> {
    this.writeSync(bytes, start, length, position)
  }

  readSync(target: Uint8Array, start: number, length: number, position: number): number {
    return this.#powered.read(() => this.#data.read(target.subarray(start, start + length), position))
  }

  async read(target: Uint8Array, start: number, length: number, position: number): Promise<number> {
    return this.readSync(target, start, length, position)
  }

  async datasync(): Promise<void> {
    this.#powered.change(() => this.#data.sync())
  }

  async truncate(bytes: number): Promise<void> {
    this.truncateSync(bytes)
  }

  truncateSync(bytes: number): void {
    this.#powered.change(() => this.#data.truncate(bytes))
  }

  sizeSync(): { bytes: number; allocatedBytes: number } {
    const { bytes, allocatedBytes } = this.#data
    return { bytes, allocatedBytes }
  }

  async close(): Promise<void> {}
}
