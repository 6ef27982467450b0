namespace PollHttp.Testing;

/// <summary>Specifies how a connect ends.</summary>
internal enum Fate
{
    Accept,
    Refuse,
    NeverAnswer,
    NoRoute,
}
