/** A promise that is resolved by hand. */
export class Gate<Value = void> {
  readonly opened: Promise<Value>
  readonly open: (value: Value) => void

  constructor() {
    let open = (_value: Value): void => {}
    this.opened = new Promise((resolve) => {
      open = resolve
    })
    this.open = open
  }
}
