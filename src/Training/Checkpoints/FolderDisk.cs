using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ViSurf.Training.Checkpoints;

/// <summary>A call of Linux that .NET has not.</summary>
internal static partial class FolderDisk
{
    private const int ReadOnlyFolder = 0x10000; // O_RDONLY | O_DIRECTORY on Linux x64.

    /// <summary>Brings a folder's list of files to disk: without that, a power loss takes a renamed file's name away.</summary>
    /// <exception cref="IOException">The folder cannot be opened, or not be written.</exception>
    public static void Flush(string folder)
    {
        int descriptor = Open(folder, ReadOnlyFolder);
        if (descriptor < 0)
        {
            throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
