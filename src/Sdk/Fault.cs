using System.Diagnostics.CodeAnalysis;

namespace ViSurf.Sdk;

/// <summary>The one error that crosses a boundary: what it is about, what is wrong and what is allowed.</summary>
public sealed class Fault : Exception
{
    private const int MostTogether = 20;

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

    /// <summary>What else was wrong, where several mistakes were found at once.</summary>
    public IReadOnlyList<Fault> Others { get; private init; } = [];

    /// <summary>One fault that says several: the first, with the others. Each once, at most 20.</summary>
    /// <param name="mistakes">At least one.</param>
    public static Fault Of(IReadOnlyList<Fault> mistakes)
    {
        Fault[] all = [.. mistakes.SelectMany(fault => fault.Others.Prepend(fault)).DistinctBy(fault => fault.Message).Take(MostTogether)];
        return new(all[0].Code, all[0].Subject, all[0].Reason, all[0].InnerException) { Others = all[1..] };
    }

    /// <summary>Makes all checks, and throws what they come to, together.</summary>
    /// <exception cref="Fault">Some of the checks threw one.</exception>
    public static void Together(params IEnumerable<Action> checks)
    {
        List<Fault> mistakes = [];
        foreach (Action check in checks)
        {
            try
            {
                check();
            }
            catch (Fault fault)
            {
                mistakes.Add(fault);
            }
        }

        if (mistakes.Count > 0)
        {
            throw Of(mistakes);
        }
    }

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
