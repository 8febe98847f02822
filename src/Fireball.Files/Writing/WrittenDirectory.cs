using Fireball.V1;

namespace Fireball.Files;

// A directory that the copy is in: its path in the stream, its whole path, and what it shall be when it is left (null:
// it is the user's own and stays as it is).
internal sealed record WrittenDirectory(byte[] Path, byte[] FullPath, FileEntry? Entry);
