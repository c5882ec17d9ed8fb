using System.Diagnostics.CodeAnalysis;

namespace ViSurf.Sdk;

/// <summary>The one error that crosses a boundary: what it is about, what is wrong and what is allowed.</summary>
public sealed class Fault : Exception
{
    /// <summary>Makes a fault about a subject: a field's path, a file, a key.</summary>
    public Fault(FaultCode code, string subject, string reason, Exception? cause = null)
        : base($"{subject}: {reason}", cause)
    {
        Code = code;
        Subject = subject;
        Reason = reason;
    }

    /// <summary>The kind of error.</summary>
    public FaultCode Code { get; }

    /// <summary>What the error is about: a field's path, a file's path, a key.</summary>
    public string Subject { get; }

    /// <summary>What was wrong, and what is allowed.</summary>
    public string Reason { get; }

    /// <summary>Throws where a condition does not hold.</summary>
    /// <exception cref="Fault">The condition is false.</exception>
    public static void Unless([DoesNotReturnIf(false)] bool holds, FaultCode code, string subject, string reason)
    {
        if (!holds)
        {
            throw new Fault(code, subject, reason);
        }
    }
}
