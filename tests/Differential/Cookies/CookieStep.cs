namespace PollHttp.Differential;

/// <summary>A step of a <see cref="CookieCase"/>, with what its kind needs.</summary>
public sealed record CookieStep(CookieStepKind Kind, Uri Address, string Line, int Count, TimeSpan By)
{
    /// <summary>Gets the Set-Cookie line of a step that receives, or one of those of a flood.</summary>
    public string LineAt(int index)
    {
        if (Kind != CookieStepKind.Flood)
        {
            return Line;
        }

        int attributes = Line.IndexOf(';', StringComparison.Ordinal);
        return $"f{index}={new string('x', Count % 60)}" + (attributes < 0 ? "" : Line[attributes..]);
    }

    public override string ToString() => Kind switch
    {
        CookieStepKind.Receive => $"{Address.AbsoluteUri} sets '{(Line.Length < 500 ? Line : $"{Line[..40]}… ({Line.Length})")}'",
        CookieStepKind.Flood => $"{Address.AbsoluteUri} sets {Count} like '{LineAt(0)}'",
        CookieStepKind.Ask => $"request to {Address.AbsoluteUri}",
        CookieStepKind.Pass => $"{By} pass",
        _ => "the session ends",
    };
}
