using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ViSurf.Storage;

/// <summary>Brings a folder's list of files to disk: without that, a power loss takes a new file's name away.</summary>
internal static partial class FolderFlush
{
    private const int ReadOnlyFolder = 0x10000; // O_RDONLY | O_DIRECTORY on Linux x64.

    /// <exception cref="IOException">The folder cannot be opened, or not be written.</exception>
    public static void Run(string folder)
    {
        int descriptor = Open(folder, ReadOnlyFolder);
        if (descriptor < 0)
        {
            throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    // .NET opens files only.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
