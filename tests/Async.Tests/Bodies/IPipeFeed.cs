namespace PollHttp.Tests;

/// <summary>The writing end of a pipe under test.</summary>
public interface IPipeFeed
{
    /// <summary>Writes text; it arrives soon, by itself.</summary>
    void Write(string text);

    /// <summary>Ends the pipe in order.</summary>
    void End();
}
