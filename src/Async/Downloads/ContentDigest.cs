using System.Security.Cryptography;

namespace PollHttp;

/// <summary>Represents the expected digest of a content.</summary>
public sealed class ContentDigest
{
    private readonly byte[] _value;

    /// <summary>Initializes a digest of these bytes.</summary>
    /// <exception cref="ArgumentException">The algorithm is not SHA-256, SHA-384, SHA-512, SHA-1 or MD5, or the length does not match
    /// it.</exception>
    public ContentDigest(HashAlgorithmName algorithm, ReadOnlySpan<byte> value)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        if (hash.HashLengthInBytes != value.Length)
        {
            throw new ArgumentException(
                $"A {algorithm.Name} digest has {hash.HashLengthInBytes} bytes, not {value.Length}.", nameof(value));
        }

        Algorithm = algorithm;
        _value = value.ToArray();
    }

    /// <summary>Gets the algorithm.</summary>
    public HashAlgorithmName Algorithm { get; }

    /// <summary>Gets the bytes.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>Returns a SHA-256 digest as the 64 hexadecimal digits that sha256sum prints.</summary>
    /// <exception cref="FormatException">The text has a character that is not a hexadecimal digit.</exception>
    /// <exception cref="ArgumentException">The text does not have 64 digits.</exception>
    public static ContentDigest Sha256(string hex)
    {
        ArgumentNullException.ThrowIfNull(hex);
        return new(HashAlgorithmName.SHA256, Convert.FromHexString(hex));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Algorithm.Name} {Convert.ToHexString(_value)}";
}
