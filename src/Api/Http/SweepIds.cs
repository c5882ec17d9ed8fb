using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>Ids of sweeps: given by the caller, made anew, or made from an idempotency key.</summary>
internal static partial class SweepIds
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32, as ULIDs have it
    private const int Length = 26;
    private const int TimeBytes = 6;
    private const int Bytes = 16;
    private const int KeyMost = 255;

    /// <exception cref="Fault">SpecInvalid: it is no key.</exception>
    public static string Checked(string key)
    {
        // Ids become names of files: no folder's own name is one.
        Fault.Unless(Key().IsMatch(key) && key is not ("." or ".."), FaultCode.SpecInvalid, "key",
            $"is '{key}'; allowed: 1 to 64 of a-z, 0-9, dot, underscore, dash");
        return key;
    }

    /// <summary>A ULID: later ones sort after earlier ones.</summary>
    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, now.ToUnixTimeMilliseconds() << (8 * (sizeof(long) - TimeBytes)));
        RandomNumberGenerator.Fill(bytes[TimeBytes..]);
        return Spell(bytes);
    }

    /// <summary>The same id for the same key: nothing needs to be remembered.</summary>
    /// <exception cref="Fault">SpecInvalid: the key is empty or too long.</exception>
    public static string Of(string idempotencyKey)
    {
        Fault.Unless(idempotencyKey.Length is >= 1 and <= KeyMost, FaultCode.SpecInvalid, "Idempotency-Key",
            $"has {idempotencyKey.Length} characters; allowed: 1 to {KeyMost}");
        return Spell(SHA256.HashData(Encoding.UTF8.GetBytes($"idempotency-key/{idempotencyKey}")).AsSpan(0, Bytes));
    }

    private static string Spell(ReadOnlySpan<byte> bytes)
    {
        BigInteger number = new(bytes, isUnsigned: true, isBigEndian: true);
        char[] letters = new char[Length];
        for (int i = Length - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, Digits.Length, out BigInteger digit);
            letters[i] = Digits[(int)digit];
        }

        return new(letters);
    }

    [GeneratedRegex(@"^[a-z0-9._-]{1,64}\z")]
    private static partial Regex Key();
}
