import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The licences of the libraries that the files `modules` belong to, as their own packages give them. */
export function licensesOf(modules) {
  const folders = new Set(modules.map((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]))
  folders.delete(undefined)
  const texts = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
    if (file === undefined && license === undefined) throw new Error(`${name} has no licence`)
    const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
    return `${name} ${version} (${license})\n${text}`
  })
  return ['This package contains the code of the following libraries.\n', ...texts.sort()].join(
    `\n${'-'.repeat(80)}\n\n`,
  )
}
