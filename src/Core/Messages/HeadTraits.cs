namespace PollHttp.Core;

/// <summary>What a connection must know of the head it sends: facts, independent of each other, that don't change.</summary>
[Flags]
internal enum HeadTraits
{
    /// <summary>None of them holds.</summary>
    None = 0,

    /// <summary>The head has a Host field of its own.</summary>
    Host = 1,

    /// <summary>When it has an Upgrade field that Connection names.</summary>
    Upgrade = 1 << 1,

    /// <summary>The method is CONNECT.</summary>
    Connect = 1 << 2,

    /// <summary>The method is HEAD.</summary>
    Head = 1 << 3,

    /// <summary>Connection names close.</summary>
    Close = 1 << 4,

    /// <summary>When it expects 100-continue.</summary>
    Continue = 1 << 5,

    /// <summary>Connection names Upgrade.</summary>
    NamesUpgrade = 1 << 6,

    /// <summary>Connection names TE.</summary>
    NamesTe = 1 << 7,
}
