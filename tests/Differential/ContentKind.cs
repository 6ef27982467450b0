namespace PollHttp.Differential;

/// <summary>What a body is made of.</summary>
public enum ContentKind
{
    Text,
    Json,
    Binary,
    Zeros,
    Noise,
}
