using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace ViSurf.Storage;

/// <summary>Reading for grains, whose callers may be processes that do not know the database's own errors.</summary>
internal static class Reads
{
    /// <summary>Reads with a context of this call alone.</summary>
    /// <exception cref="IOException">The database does not answer, or not to the end. It names no cause: that could not cross a call.
    /// </exception>
    public static async ValueTask<T> ReadAsync<T>(this IDbContextFactory<ViSurfDb> contexts, Func<ViSurfDb, Task<T>> read)
    {
        try
        {
            await using ViSurfDb db = contexts.CreateDbContext();
            return await read(db);
        }
        catch (DbException e)
        {
            throw new IOException($"the database could not be read: {e.Message}");
        }
    }
}
