namespace PollHttp.Core;

/// <summary>What a connection must know of the head it sends: facts, independent of each other, that don't change.</summary>
[Flags]
internal enum HeadTraits
{
    /// <summary>When none of them holds.</summary>
    None = 0,

    /// <summary>When the head has a Host field of its own.</summary>
    Host = 1,

    /// <summary>When it has an Upgrade field that Connection names.</summary>
    Upgrade = 1 << 1,

    /// <summary>When the method is CONNECT.</summary>
    Connect = 1 << 2,

    /// <summary>When the method is HEAD.</summary>
    Head = 1 << 3,

    /// <summary>When Connection names close.</summary>
    Close = 1 << 4,

    /// <summary>When it expects 100-continue.</summary>
    Continue = 1 << 5,

    /// <summary>When Connection names Upgrade.</summary>
    NamesUpgrade = 1 << 6,

    /// <summary>When Connection names TE.</summary>
    NamesTe = 1 << 7,
}
