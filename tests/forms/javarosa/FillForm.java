import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.ValidateOutcome;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.SelectMultiData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormUtils;

/**
 * Fills in an XForm with JavaRosa, the engine inside ODK Collect, the way a person does:
 * question after question, seeing only what is relevant and offered.
 *
 * <p>A job is JSON: {"form": path of the XForm, "media": folder with its CSV files,
 * "answers": {path: value}, "properties": {"deviceid": .., "username": ..},
 * "language": .., "strict": true}. Paths are below the root element; rows of a repeat are
 * numbered from 1 ("/household/roster/member[2]/person/sex"). A value is text, a number,
 * or a list for a multiple choice; null clears a default. "before" holds the answers of an
 * earlier pass over the same form: a person who went back and changed their mind.
 * "instance" is a sent instance to be opened again: an edit of a sent form.
 *
 * <p>`FillForm job.json` prints the instance and exits 0, or prints why an answer was
 * refused and exits 2. `FillForm --serve` answers one job per line for as long as its
 * input is open, because starting Java costs more than filling in a form.
 */
public final class FillForm {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, JsonNode> answers = new HashMap<>();
    private final TreeSet<String> unasked = new TreeSet<>();
    private final List<String> messages = new ArrayList<>();
    private final FormEntryController controller;
    private final FormEntryModel model;
    private final FormDef form;

    private FillForm(JsonNode job) throws Exception {
        PropertyManager.setPropertyManager(new Properties(job.path("properties")));
        ReferenceManager references = ReferenceManager.instance();
        references.reset();
        references.addReferenceFactory(new MediaFolder(Path.of(job.get("media").asText())));
        form = parse(Path.of(job.get("form").asText()));
        boolean isNew = !job.hasNonNull("instance");
        if (!isNew) {
            reopen(Path.of(job.get("instance").asText()));
        }
        form.initialize(isNew, new InstanceInitializationFactory());
        model = new FormEntryModel(form);
        controller = new FormEntryController(model);
        if (job.hasNonNull("language")) {
            controller.setLanguage(job.get("language").asText());
        }
    }

    private void take(JsonNode given) {
        answers.clear();
        given.fields().forEachRemaining(
                field -> answers.put(field.getKey(), field.getValue()));
        unasked.clear();
        unasked.addAll(answers.keySet());
        messages.clear();
    }

    /** Puts the answers of a sent instance into the form, as Collect does for an edit. */
    private void reopen(Path instance) throws IOException {
        TreeElement saved =
                XFormParser.restoreDataModel(Files.readAllBytes(instance), null).getRoot();
        TreeElement root = form.getInstance().getRoot().deepCopy(true);
        root.populate(saved, form);
        form.getInstance().setRoot(root);
    }

    private static FormDef parse(Path path) throws Exception {
        try (InputStream stream = Files.newInputStream(path)) {
            return XFormUtils.getFormFromInputStream(stream);
        }
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // JavaRosa talks on stdout
        new XFormsModule().registerModule();
        PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        if (arguments.length == 1 && arguments[0].equals("--serve")) {
            serve(out);
            return;
        }
        JsonNode result = run(JSON.readTree(new File(arguments[0])));
        if (result.has("xml")) {
            out.print(result.get("xml").asText());
            return;
        }
        result.get("messages").forEach(message -> System.err.println(message.asText()));
        System.exit(2);
    }

    private static void serve(PrintStream out) throws IOException {
        BufferedReader jobs =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
            out.println(JSON.writeValueAsString(run(JSON.readTree(line))));
        }
    }

    private static JsonNode run(JsonNode job) {
        ObjectNode result = JSON.createObjectNode();
        List<String> messages = new ArrayList<>();
        try {
            FillForm filling = new FillForm(job);
            if (job.hasNonNull("before")) {
                filling.take(job.get("before"));
                filling.walk();
            }
            filling.take(job.get("answers"));
            filling.walk();
            if (filling.messages.isEmpty()) {
                filling.finish();
            }
            if (filling.messages.isEmpty() && job.path("strict").asBoolean(true)) {
                filling.unasked.forEach(path -> filling.messages.add(path + ": not asked"));
            }
            messages.addAll(filling.messages);
            if (messages.isEmpty()) {
                return result.put("xml", filling.serialise());
            }
        } catch (Exception broken) {
            messages.add("engine: " + broken);
        }
        messages.forEach(result.putArray("messages")::add);
        return result;
    }

    private void walk() {
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        int event = controller.stepToNextEvent();
        while (event != FormEntryController.EVENT_END_OF_FORM) {
            if (event == FormEntryController.EVENT_QUESTION && !answer()) {
                return; // Collect does not turn the page either
            }
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT && hasAnswersBelow()) {
                controller.newRepeat();
            }
            event = controller.stepToNextEvent();
        }
    }

    private boolean hasAnswersBelow() {
        String row = pathOf(model.getFormIndex()) + "/";
        return answers.keySet().stream().anyMatch(path -> path.startsWith(row));
    }

    /** Answers the present question; false when the engine refuses the answer. */
    private boolean answer() {
        FormEntryPrompt prompt = model.getQuestionPrompt();
        if (prompt.isReadOnly()) {
            return true;
        }
        String path = pathOf(prompt.getIndex());
        unasked.remove(path);
        IAnswerData value = prompt.getAnswerValue();
        if (answers.containsKey(path)) {
            try {
                value = typed(prompt, answers.get(path));
            } catch (RuntimeException unsuitable) {
                messages.add(path + ": " + unsuitable.getMessage());
                return false;
            }
        }
        int outcome = controller.answerQuestion(value, true);
        if (outcome != FormEntryController.ANSWER_OK) {
            messages.add(path + ": " + reason(prompt, outcome, value));
        }
        return outcome == FormEntryController.ANSWER_OK;
    }

    private String reason(FormEntryPrompt prompt, int outcome, IAnswerData value) {
        if (outcome == FormEntryController.ANSWER_CONSTRAINT_VIOLATED) {
            return "constraint: " + prompt.getConstraintText(value);
        }
        for (TreeElement attribute : prompt.getBindAttributes()) {
            if (attribute.getName().equals("requiredMsg")) {
                return "required: " + text(attribute.getAttributeValue());
            }
        }
        return "required";
    }

    private String text(String message) {
        String start = "jr:itext('";
        return message.startsWith(start)
                ? form.getLocalizer().getText(
                        message.substring(start.length(), message.lastIndexOf("'")))
                : message;
    }

    private IAnswerData typed(FormEntryPrompt prompt, JsonNode value) {
        if (value.isNull() || (value.isTextual() && value.asText().isEmpty())) {
            return null;
        }
        switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE:
                return new SelectOneData(offered(prompt, value.asText()));
            case Constants.CONTROL_SELECT_MULTI:
                List<Selection> chosen = new ArrayList<>();
                value.forEach(one -> chosen.add(offered(prompt, one.asText())));
                return chosen.isEmpty() ? null : new SelectMultiData(chosen);
            default:
                int control = prompt.getControlType();
                return AnswerDataFactory.template(control, prompt.getDataType())
                        .cast(new UncastData(value.asText()));
        }
    }

    private static Selection offered(FormEntryPrompt prompt, String value) {
        for (SelectChoice choice : prompt.getSelectChoices()) {
            if (choice.getValue().equals(value)) {
                return choice.selection();
            }
        }
        throw new IllegalArgumentException("not offered: " + value);
    }

    private void finish() {
        ValidateOutcome outcome = form.validate(true);
        if (outcome != null && outcome.outcome != FormEntryController.ANSWER_OK) {
            messages.add(pathOf(outcome.failedPrompt) + ": refused at the end");
            return;
        }
        controller.finalizeFormEntry();
        form.postProcessInstance();
    }

    private String serialise() throws IOException {
        byte[] xml = new XFormSerializingVisitor().serializeInstance(form.getInstance());
        return new String(xml, StandardCharsets.UTF_8);
    }

    /** "/household/roster/member[2]/sex": names below the root, rows of repeats numbered. */
    private String pathOf(FormIndex index) {
        TreeReference reference = index.getReference();
        StringBuilder path = new StringBuilder();
        for (int level = 1; level < reference.size(); level++) {
            path.append('/').append(reference.getName(level));
            TreeElement template =
                    form.getInstance().getTemplatePath(reference.getSubReference(level));
            if (template != null && template.isRepeatable()) {
                path.append('[').append(reference.getMultiplicity(level) + 1).append(']');
            }
        }
        return path.toString();
    }

    /** jr://file/x, jr://file-csv/x and jr://images/x all live in one folder. */
    private static final class MediaFolder extends PrefixedRootFactory {
        private final Path folder;

        MediaFolder(Path folder) {
            super(new String[] {"file", "file-csv", "images"});
            this.folder = folder;
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            String name = uri.substring(uri.lastIndexOf('/') + 1); // "file" matches "file-csv"
            return new MediaFile(folder.resolve(name), uri);
        }
    }

    private record MediaFile(Path path, String uri) implements Reference {
        @Override
        public boolean doesBinaryExist() {
            return Files.exists(path);
        }

        @Override
        public InputStream getStream() throws IOException {
            return new FileInputStream(path.toFile());
        }

        @Override
        public String getURI() {
            return uri;
        }

        @Override
        public String getLocalURI() {
            return path.toString();
        }

        @Override
        public boolean isReadOnly() {
            return true;
        }

        @Override
        public OutputStream getOutputStream() {
            throw new UnsupportedOperationException("media are read only");
        }

        @Override
        public void remove() {
            throw new UnsupportedOperationException("media are read only");
        }

        @Override
        public Reference[] probeAlternativeReferences() {
            return new Reference[0];
        }
    }

    /** Collect's settings: the device id and the user name. */
    private static final class Properties implements IPropertyManager {
        private final Map<String, String> values = new HashMap<>();

        Properties(JsonNode given) {
            given.fields().forEachRemaining(
                    field -> values.put(field.getKey(), field.getValue().asText()));
        }

        @Override
        public List<String> getProperty(String name) {
            return List.of(getSingularProperty(name));
        }

        @Override
        public void setProperty(String name, String value) {
            values.put(name, value); // JavaRosa counts its own identifiers here
        }

        @Override
        public void setProperty(String name, List<String> value) {
            values.put(name, String.join(" ", value));
        }

        @Override
        public String getSingularProperty(String name) {
            return values.getOrDefault(name, "");
        }

        @Override
        public void addRules(IPropertyRules rules) {}

        @Override
        public List<IPropertyRules> getRules() {
            return List.of();
        }
    }
}
