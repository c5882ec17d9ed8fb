using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>What the blob store's errors mean. No error tells more of a request than its status: headers may carry secrets.</summary>
internal static class BlobFaults
{
    /// <exception cref="Fault">
    /// NotFound: the store says that there is no such blob. Conflict: there is one. Unavailable: all else.
    /// </exception>
    public static T Of<T>(string subject, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (IsOfStore(e))
        {
            throw Of(subject, e);
        }
    }

    /// <summary>Whether an error comes from the store or the way to it.</summary>
    public static bool IsOfStore(Exception e) => e is RequestFailedException or AuthenticationFailedException or IOException
        or OperationCanceledException || (e is AggregateException all && all.InnerExceptions.All(IsOfStore));

    public static Fault Of(string subject, Exception error) => error switch
    {
        // A container that is missing is more likely misspelt than lost: no checkpoint counts as lost for it.
        RequestFailedException e when e.ErrorCode == BlobErrorCode.BlobNotFound || IsHeadOfNone(e) =>
            new(FaultCode.NotFound, subject, "does not exist", e),
        RequestFailedException e when IsTaken(e) =>
            new(FaultCode.Conflict, subject, "is there already; a checkpoint is written once", e),
        _ => new(FaultCode.Unavailable, subject, $"the blob store failed: {Reason(error)}", error),
    };

    public static bool IsTaken(RequestFailedException e) =>
        e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.Status == 412;

    private static bool IsHeadOfNone(RequestFailedException e) => e.Status == 404 && string.IsNullOrEmpty(e.ErrorCode);

    private static string Reason(Exception error) => error switch
    {
        RequestFailedException { Status: 0 } e => $"no answer ({e.InnerException?.Message ?? "the connection ended"})",
        RequestFailedException e => $"it answered {e.Status} {e.ErrorCode}".TrimEnd(),
        AuthenticationFailedException => "signing in failed: the pod has no workload identity, or it has no right",
        OperationCanceledException => "no answer in time",
        AggregateException all => $"{Reason(all.InnerExceptions[^1])}, {all.InnerExceptions.Count} times",
        _ => error.Message,
    };
}
