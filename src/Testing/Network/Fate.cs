namespace PollHttp.Testing;

/// <summary>How a connect ends.</summary>
internal enum Fate
{
    Accept,
    Refuse,
    NeverAnswer,
    NoRoute,
}
