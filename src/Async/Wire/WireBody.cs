using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PollHttp.Wire;

/// <summary>Represents the kept part of a body, for display: it is text if its type says so and its bytes agree.</summary>
internal readonly struct WireBody
{
    private static readonly Encoding s_utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly string? _coding;

    private WireBody(ReadOnlyMemory<byte> bytes, long length, string? type, string? coding)
    {
        Bytes = bytes;
        Length = length;
        Type = type;
        _coding = coding;
    }

    /// <summary>Gets the beginning of the body.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Gets the full length of the body.</summary>
    public long Length { get; }

    public bool IsCut => Length > Bytes.Length;

    /// <summary>Gets the value of Content-Type, or null.</summary>
    public string? Type { get; }

    public static WireBody OfRequest(WireExchange exchange, int limit) =>
        new(Start(exchange.RequestBody, limit), exchange.RequestBodyBytes, ValueOf(exchange.Request?.Headers, "Content-Type"), ValueOf(exchange.Request?.Headers, "Content-Encoding"));

    public static WireBody OfResponse(WireExchange exchange, int limit) => new(
        Start(exchange.ResponseBody, limit),
        exchange.ResponseBodyBytes,
        exchange.Response?.Headers.GetCombined("Content-Type"),
        exchange.Response?.Headers.GetCombined("Content-Encoding"));

    /// <summary>Gets the text. A form is redacted like a query; other texts are not changed.</summary>
    public bool TryGetText(WireRedaction redaction, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (_coding is not (null or "identity") || !IsText(MediaType) || !TryDecode(out text))
        {
            return false;
        }

        text = MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? redaction.RedactQuery(text) : text;
        return true;
    }

    private ReadOnlySpan<char> MediaType
    {
        get
        {
            ReadOnlySpan<char> type = Type;
            int end = type.IndexOf(';');
            return (end < 0 ? type : type[..end]).Trim(" \t");
        }
    }

    private static bool IsText(ReadOnlySpan<char> type) =>
        type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
        || type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/xml", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/javascript", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/graphql", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private bool TryDecode([NotNullWhen(true)] out string? text)
    {
        bool isLatin1 = Type?.Contains("8859-1", StringComparison.Ordinal) == true;
        Decoder decoder = (isLatin1 ? Encoding.Latin1 : s_utf8).GetDecoder();
        try
        {
            char[] chars = new char[Bytes.Length + 1];
            int count = decoder.GetChars(Bytes.Span, chars, flush: !IsCut); // no incomplete character at the end of a truncated body
            text = new(chars, 0, count);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = null;
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Start(ReadOnlyMemory<byte> body, int limit) => body.Length <= limit ? body : body[..limit];

    private static string? ValueOf(IReadOnlyList<HeaderField>? fields, string name)
    {
        foreach (HeaderField field in fields ?? [])
        {
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return field.Value;
            }
        }

        return null;
    }
}
