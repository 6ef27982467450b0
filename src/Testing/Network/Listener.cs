namespace PollHttp.Testing;

/// <summary>Describes what happens to a connect at one address.</summary>
internal sealed record Listener(Fate Fate, IServerScript? Script, ListenOptions Options)
{
    public static Listener Refusing { get; } = new(Fate.Refuse, null, new());

    public static Listener Silent { get; } = new(Fate.NeverAnswer, null, new());

    public static Listener NoRoute { get; } = new(Fate.NoRoute, null, new());
}
