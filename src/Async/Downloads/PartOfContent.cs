namespace PollHttp.Downloads;

/// <summary>What a response says of the part of a content that it brings (RFC 9110 §14.4, §15.3.7).</summary>
/// <param name="Range">The first byte, the last one, and the length of the whole where that is known.</param>
internal readonly record struct PartOfContent(ContentRange Range)
{
    /// <summary>Reads the part that a 206 brings; null where it contradicts itself, or is of another content than the validator's.</summary>
    public static PartOfContent? Read(Response response, string validator)
    {
        bool isClear = TryRead(response, out ContentRange range)
            && (response.ContentLength is not { } length || length == range.Last - range.First + 1)
            && !StrongValidator.Contradicts(response.Headers, validator);
        return isClear ? new(range) : null;
    }

    /// <summary>Gets a value indicating whether a part is all of a content, from the first byte to the last, whatever status it came with.</summary>
    public static bool IsWhole(Response response) => TryRead(response, out ContentRange range) && range.IsWhole;

    /// <summary>Gets a value indicating whether a response says that the content ends where the file does.</summary>
    public static bool IsEndOf(Response response, long length, string validator) =>
        TryRead(response, out ContentRange range) && range.Total == length && !StrongValidator.Contradicts(response.Headers, validator);

    /// <summary>
    /// Gets a value indicating whether it brings bytes from where the file ends, or from before it, which are skipped. Any other part is
    /// useless: the download starts over, since asking for the same again would bring the same again.
    /// </summary>
    /// <param name="length">The length of the file.</param>
    /// <param name="total">The length of the content, where it is known.</param>
    public bool Continues(long length, long? total) =>
        Range.First <= length && Range.Last >= length && (Range.Total is not { } other || total is not { } known || other == known);

    private static bool TryRead(Response response, out ContentRange range)
    {
        range = default;
        return response.Headers.TryGetValue("Content-Range", out string? value) && ContentRange.TryParse(value, out range);
    }
}
