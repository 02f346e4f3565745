export { fileErrors } from './errors.js'
export type {
  DirectoryEntry,
  DirectoryLock,
  DiskFile,
  DiskSpace,
  FileSystem,
  OpenMode,
} from './file-system.js'
export { nodeFileSystem } from './node-file-system.js'
export { OpenFiles } from './open-files.js'
