using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ViSurf.Storage;

/// <summary>Two calls of Linux that .NET has not.</summary>
internal static partial class Disk
{
    private const int ReadOnlyFolder = 0x10000; // O_RDONLY | O_DIRECTORY on Linux x64.
    private const int FileExists = 17; // EEXIST

    /// <summary>Gives a file a second name. File.Move looks first and then renames, so two that move at once both succeed.</summary>
    /// <returns>False where there is a file of that name.</returns>
    /// <exception cref="IOException">The name cannot be given.</exception>
    public static bool TryLink(string file, string name) => Link(file, name) == 0
        || (Marshal.GetLastPInvokeError() == FileExists ? false : throw Failed(name));

    /// <summary>Brings a folder's list of files to disk: without that, a power loss takes a new file's name away.</summary>
    /// <exception cref="IOException">The folder cannot be opened, or not be written.</exception>
    public static void Flush(string folder)
    {
        int descriptor = Open(folder, ReadOnlyFolder);
        if (descriptor < 0)
        {
            throw Failed(folder);
        }

        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    private static IOException Failed(string path) => new($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
