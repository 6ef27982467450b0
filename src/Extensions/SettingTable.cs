using Microsoft.Extensions.Configuration;

namespace PollHttp.Extensions.Http;

/// <summary>The settings of one kind of object by name, in any case, and how each is set from text.</summary>
internal sealed class SettingTable<T>() : Dictionary<string, Action<T, string>>(StringComparer.OrdinalIgnoreCase)
{
    /// <summary>Sets what a section has.</summary>
    public void Bind(IConfigurationSection section, T options)
    {
        foreach (IConfigurationSection setting in section.GetChildren())
        {
            Set(setting, options);
        }
    }

    /// <summary>Sets one.</summary>
    /// <exception cref="InvalidOperationException">There is no such setting, or the text can't be meant for it.</exception>
    public void Set(IConfigurationSection setting, T options)
    {
        if (setting.Value is not { } value || !TryGetValue(setting.Key, out Action<T, string>? set))
        {
            throw new InvalidOperationException($"There is no setting '{setting.Path}' for a PollHttpClient.");
        }

        try
        {
            set(options, value);
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidOperationException($"The setting '{setting.Path}' can't be read: {error.Message}", error);
        }
    }
}
