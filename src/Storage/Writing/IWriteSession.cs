using System.Data.Common;

namespace ViSurf.Storage;

/// <summary>The connection that writes, used by one thread.</summary>
/// <remarks>A call throws <see cref="DbException"/> where the database does not do it; then only <see cref="Rollback"/> follows.</remarks>
internal interface IWriteSession : IDisposable
{
    /// <summary>Begins a transaction. There is one at a time, other processes included.</summary>
    void Begin();

    /// <summary>Makes changes in their order, each whole or not at all: those that are refused say so afterwards, those that break a
    /// rule of the tables fail, and neither touches its neighbours.</summary>
    void Apply(IReadOnlyList<PendingWrite> writes);

    void Commit();

    /// <summary>Undoes everything since <see cref="Begin"/>; also where the connection is lost.</summary>
    void Rollback();

    /// <summary>Whether the same transaction may go through now, after an error before its commit.</summary>
    bool MayRepeat(DbException error);
}
