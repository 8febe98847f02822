using System.Collections.Immutable;

namespace Fireball.Controller;

/// <summary>Implementations by name, the default first. Open: a program adds its own. Thread-safe.</summary>
/// <typeparam name="T">What is chosen.</typeparam>
public sealed class NamedChoices<T>
    where T : class
{
    private readonly string _kind;
    private ImmutableList<KeyValuePair<string, T>> _choices;

    internal NamedChoices(string kind, params ReadOnlySpan<KeyValuePair<string, T>> choices) =>
        (_kind, _choices) = (kind, ImmutableList.Create(choices));

    /// <summary>The names, the default first.</summary>
    public IReadOnlyList<string> Names => [.. _choices.Select(choice => choice.Key)];

    /// <summary>Adds an implementation, or takes this one in the place of the one of the same name.</summary>
    /// <param name="name">As it is written in options; not empty.</param>
    /// <param name="choice">The implementation.</param>
    public void Register(string name, T choice)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(choice);
        ImmutableInterlocked.Update(
            ref _choices,
            static (choices, added) =>
                choices.FindIndex(other => other.Key == added.Key) is >= 0 and var index
                    ? choices.SetItem(index, added)
                    : choices.Add(added),
            KeyValuePair.Create(name, choice));
    }

    /// <summary>The implementation of this name; empty: the default.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists what there is.</exception>
    public T Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (KeyValuePair<string, T> choice in _choices)
        {
            if (name.Length == 0 || choice.Key == name)
            {
                return choice.Value;
            }
        }

        throw new ArgumentException($"{name}: no such {_kind}; there is {string.Join(", ", Names)}", nameof(name));
    }
}
