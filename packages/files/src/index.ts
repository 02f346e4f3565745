export { fileErrors, reasonOf } from './errors.js'
export type {
  DirectoryEntry,
  DirectoryLock,
  DiskFile,
  DiskSpace,
  FileSystem,
  OpenMode,
} from './file-system.js'
export { makeDirectory } from './make-directory.js'
export { nodeFileSystem } from './node-file-system.js'
export { OpenFiles } from './open-files.js'
export { type ReplacedContent, type ReplacedFile, readReplaced } from './read-replaced.js'
export { type Replacement, replaceFile } from './replace-file.js'
