namespace PollHttp.Docs.Tests.Examples.Engine;

/// <summary>A node, with the members of Godot's that the example uses.</summary>
public class Node
{
    /// <summary>Gets a value indicating whether the engine calls <see cref="_Process"/>.</summary>
    public bool IsProcessing { get; private set; } = true;

    public virtual void _Ready()
    {
    }

    public virtual void _Process(double delta)
    {
    }

    public virtual void _ExitTree()
    {
    }

    public void SetProcess(bool enable) => IsProcessing = enable;
}
