using System.Collections;
using System.Reflection;
using System.Text;

namespace GradientCI.Runner.Tests.Manifests;

/// <summary>Writes every property of a record, so that two of them can be compared and told apart.</summary>
internal static class SpecDump
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case null:
                text.Append("null\n");
                break;
            case string or TimeSpan or Enum or bool or int or long or SearchSpaces.ParameterValue:
                text.Append($"{value}{(value is SearchSpaces.ParameterValue parameter ? $" ({parameter.Kind})" : "")}\n");
                break;
            case double number:
                text.Append($"{number:R}\n");
                break;
            case IEnumerable items:
                text.Append("[\n");
                foreach (var item in items)
                {
                    text.Append(' ', depth + 2);
                    Write(text, item, depth + 2);
                }

                text.Append(' ', depth).Append("]\n");
                break;
            default:
                text.Append($"{value.GetType().Name}\n");
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(one => one.GetIndexParameters().Length == 0))
                {
                    text.Append(' ', depth + 2).Append($"{property.Name}: ");
                    Write(text, property.GetValue(value), depth + 2);
                }

                break;
        }
    }
}
