using Microsoft.Extensions.Configuration;

namespace PollHttp.Extensions.Http;

/// <summary>Maps the names of the settings of one type, in any case, to functions that set them from text.</summary>
internal sealed class SettingTable<T>() : Dictionary<string, Action<T, string>>(StringComparer.OrdinalIgnoreCase)
{
    /// <summary>Sets the settings of a section.</summary>
    public void Bind(IConfigurationSection section, T options)
    {
        foreach (IConfigurationSection setting in section.GetChildren())
        {
            Set(setting, options);
        }
    }

    /// <summary>Sets one setting.</summary>
    /// <exception cref="InvalidOperationException">There is no such setting, or the text is not valid for it.</exception>
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
